// Follows the alerts of Parallax from Java 17 or later, with org.apache.kafka:kafka-clients and
// com.fasterxml.jackson.core:jackson-databind on the class path (README.md says how).
//
//     java -cp 'jars/*' AlertConsumer.java 127.0.0.1:9092 parallax.alerts desk desk-1
//
// At least once: an event is committed after it was handled. A kill in between delivers the last events again, so what is
// done with an event outside of this process should bear being done twice.

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public class AlertConsumer {
    static final Set<String> TYPES =
        Stream.of("opened", "escalated", "updated", "silence", "resolved", "retracted")
            .map(kind -> "parallax.alert." + kind + ".v1")
            .collect(Collectors.toUnmodifiableSet());

    // Ids by which a duplicate is known: Parallax sends an event again after a restart of its own, with the same id.
    static final int REMEMBERED = 100_000;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Boolean> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    // What this subscriber is for. Fields that it does not name may come and are no concern of it.
    void handle(JsonNode event, Map<String, String> headers) throws JsonProcessingException {
        boolean replay = headers.containsKey("ce_replayid"); // of the past, run through again: it pages nobody
        ObjectNode told = json.createObjectNode();
        for (String name : List.of("id", "type", "alert", "sequence", "severity", "headline")) {
            told.set(name, event.get(name));
        }
        told.put("replay", replay);
        told.put("page", !replay && Set.of("high", "critical").contains(event.path("severity").asText()));
        System.out.println(json.writeValueAsString(told));
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers().forEach(one -> headers.put(one.key(),
            one.value() == null ? "" : new String(one.value(), StandardCharsets.UTF_8)));
        if (record.value() == null || headers.containsKey("parallax-redriven")) {
            return; // a tombstone; a copy meant for one sink of Parallax
        }
        try { // one bad record keeps no other from being handled
            if (!TYPES.contains(headers.getOrDefault("ce_type", ""))) { // of a later version, or nothing of Parallax's
                throw new IOException("type " + headers.get("ce_type"));
            }
            JsonNode event = json.readTree(record.value());
            if (seen.putIfAbsent(headers.get("ce_id"), true) == null) {
                handle(event, headers);
            }
        } catch (IOException error) {
            System.err.println(record.topic() + " " + record.partition() + ":" + record.offset() + ": passed over: " + error);
        }
    }

    void follow(String bootstrap, String topic, String group, String member) throws InterruptedException {
        Map<String, Object> settings = Map.of(
            "bootstrap.servers", bootstrap,
            "group.id", group, // Kafka remembers how far it is; members of one group share the topic's partitions
            "group.instance.id", member, // this process's own name: started again under it, it goes on at once
            "session.timeout.ms", 10_000,
            "auto.offset.reset", "earliest", // a new group begins with what the topic still has, 90 days
            "enable.auto.commit", false, // on a timer it could commit what is not handled yet
            "max.poll.records", 20, // what a kill repeats at most; Kafka wants to be asked again within 5 minutes
            "key.deserializer", ByteArrayDeserializer.class,
            "value.deserializer", ByteArrayDeserializer.class);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> { // SIGTERM and Ctrl-C come here
                consumer.wakeup();
                try {
                    main.join();
                } catch (InterruptedException ignored) {
                    Thread.currentThread().interrupt();
                }
            }));
            consumer.subscribe(List.of(topic));
            try {
                while (true) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                        take(record);
                    }
                    consumer.commitSync();
                }
            } catch (WakeupException asked) {
                consumer.commitSync(); // whatever was polled is handled: a wake-up comes between two records, never amid one
            }
        }
    }

    public static void main(String[] words) throws InterruptedException {
        new AlertConsumer().follow(
            words[0],
            words.length > 1 ? words[1] : "parallax.alerts",
            words.length > 2 ? words[2] : "desk",
            words.length > 3 ? words[3] : "desk-1");
    }
}
