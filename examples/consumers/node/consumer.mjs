// Follows the alerts of Parallax from Node.
//
//     npm ci
//     node consumer.mjs 127.0.0.1:9092 parallax.alerts desk desk-1
//
// At least once: an event is committed after it was handled. A kill in between delivers the last events again, so what is
// done with an event outside of this process should bear being done twice.

import { createRequire } from 'node:module'
import { promisify } from 'node:util'

// NODE_PATH counts for require alone: so the packages may lie beside this file or elsewhere
const { Consumer } = createRequire(import.meta.url)('@platformatic/kafka')

const write = promisify(process.stdout.write.bind(process.stdout))
const KINDS = ['opened', 'escalated', 'updated', 'silence', 'resolved', 'retracted']
const TYPES = new Set(KINDS.map(kind => `parallax.alert.${kind}.v1`))
// Ids by which a duplicate is known: Parallax sends an event again after a restart of its own, with the same id.
const REMEMBERED = 100_000
const [bootstrap, topic = 'parallax.alerts', group = 'desk', member = 'desk-1'] = process.argv.slice(2)

// What this subscriber is for. Fields that it does not name may come and are no concern of it.
// It resolves once it is done: console.log would return before a pipe has taken the line, and the commit would be too early.
async function handle (event, headers) {
  const replay = headers.has('ce_replayid') // of the past, run through again: it is news to nobody, and pages nobody
  const page = !replay && ['high', 'critical'].includes(event.severity)
  const { id, type, alert, sequence, severity, headline } = event
  const line = JSON.stringify({ id, type, alert, sequence, severity, headline, replay, page })
  await write(`${line}\n`)
}

const seen = new Set()
async function take (message) {
  const headers = new Map([...message.headers].map(([name, value]) => [String(name), String(value ?? '')]))
  const id = headers.get('ce_id')
  if (message.value === null || headers.has('parallax-redriven')) return // a tombstone; a copy meant for one sink of Parallax
  let event
  try { // one bad record keeps no other from being handled
    // of a later version, or nothing of Parallax's
    if (!TYPES.has(headers.get('ce_type'))) throw new Error(`type ${headers.get('ce_type')}`)
    event = JSON.parse(message.value.toString())
  } catch (error) {
    console.error(`${message.topic} ${message.partition}:${message.offset}: passed over: ${error.message}`)
    return
  }
  if (seen.has(id)) return
  await handle(event, headers)
  seen.add(id)
  if (seen.size > REMEMBERED) seen.delete(seen.values().next().value)
}

const consumer = new Consumer({
  clientId: 'parallax-example',
  bootstrapBrokers: bootstrap.split(','),
  groupId: group, // Kafka remembers how far it is; members of one group share the topic's partitions
  groupInstanceId: member, // this process's own name in the group: started again under it, it goes on at once
  sessionTimeout: 10_000,
  heartbeatInterval: 1_000
})
const stream = await consumer.consume({
  topics: [topic],
  mode: 'committed',
  fallbackMode: 'earliest', // a new group begins with what the topic still has, 90 days
  autocommit: false // on a timer it could commit what is not handled yet
})

let ended = false
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    ended = true
    stream.close() // ends the loop below once the event in hand is handled and committed
  })
}
for await (const message of stream) {
  await take(message)
  await message.commit()
  if (ended) break
}
await consumer.close(true)
