package io.channels4j.redis;

import io.channels4j.Message;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.Subscription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process with members of one group. It is controlled by lines of text: {@code send} broadcasts, and {@code count} prints how many
 * messages its members received. Started by {@link RedisPubSubProcessesTest}.
 */
final class MemberProcess {

    private static final String GROUP = "room";
    private static final int MAX_IN_FLIGHT = 50;

    /** A high capacity, so that senders in other processes are not throttled. */
    private static final int CAPACITY = 20_000;

    private final List<Member> members = new ArrayList<>();
    private final RedisPubSubChannelLayer layer;
    private final int index;

    private MemberProcess(String url, String prefix, int index) {
        this.layer = RedisPubSubChannelLayer.builder(url)
                .prefix(prefix)
                .settings(LayerSettings.defaults().withCapacity(CAPACITY))
                .build();
        this.index = index;
    }

    /** Counts the messages that one member receives from each sender, and checks their order. */
    private static final class Member {

        private final int[] next;
        private final AtomicInteger delivered = new AtomicInteger();
        private volatile boolean outOfOrder;

        Member(int senders) {
            next = new int[senders];
        }

        void take(Message message) {
            if (!message.has("sender")) {
                return; // a message from another test
            }
            int sender = message.getInt("sender");
            outOfOrder |= message.getInt("i") != next[sender]++;
            delivered.incrementAndGet();
        }
    }

    public static void main(String[] args) throws IOException {
        int senders = Integer.parseInt(args[3]);
        MemberProcess process = new MemberProcess(args[0], args[1], Integer.parseInt(args[2]));
        ExecutorService loop = Executors.newSingleThreadExecutor();
        process.join(Integer.parseInt(args[4]), senders, loop);
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("send")) {
                process.send(Integer.parseInt(line.substring(5)));
                System.out.println("sent");
            } else {
                System.out.println(process.count());
            }
        }
        process.layer.close();
        loop.shutdown();
    }

    private void join(int count, int senders, ExecutorService loop) {
        List<CompletionStage<Void>> joins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Member member = new Member(senders);
            members.add(member);
            List<Subscription> own = new ArrayList<>(1);
            own.add(layer.subscribe(loop, message -> {
                member.take(message);
                own.get(0).consumed();
            }));
            joins.add(layer.groupAdd(GROUP, own.get(0).channel()));
        }
        joins.forEach(PubSubRules::done);
    }

    private void send(int broadcasts) {
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < broadcasts; i++) {
            sent.add(
                    layer.groupSend(GROUP, Message.of("n").with("sender", index).with("i", i)));
            if (sent.size() == MAX_IN_FLIGHT) {
                sent.forEach(PubSubRules::done);
                sent.clear();
            }
        }
        sent.forEach(PubSubRules::done);
    }

    /**
     * Returns three numbers: the minimum and maximum messages per member, and how many members received messages out of order or twice.
     */
    private String count() {
        int fewest = members.stream()
                .mapToInt(member -> member.delivered.get())
                .min()
                .orElse(0);
        int most = members.stream()
                .mapToInt(member -> member.delivered.get())
                .max()
                .orElse(0);
        long outOfOrder = members.stream().filter(member -> member.outOfOrder).count();
        return fewest + " " + most + " " + outOfOrder;
    }
}
