// Reads an AsyncAPI document from standard input and prints what the official parser says of it, as JSON.
const { Parser } = require("@asyncapi/parser");

async function main() {
  let text = "";
  for await (const part of process.stdin) text += part;
  const { document, diagnostics } = await new Parser().parse(text);
  const told = diagnostics.map(({ code, message, severity, path }) => ({ code, message, severity, path: path.join("/") }));
  const channels = document ? document.channels().all().map((one) => one.address()) : [];
  const operations = document
    ? document.operations().all().map((one) => ({
        id: one.id(),
        action: one.action(),
        channels: one.channels().all().map((channel) => channel.address()),
        messages: one.messages().all().map((message) => message.name()),
      }))
    : [];
  console.log(JSON.stringify({ parsed: Boolean(document), diagnostics: told, channels, operations }));
}

main();
