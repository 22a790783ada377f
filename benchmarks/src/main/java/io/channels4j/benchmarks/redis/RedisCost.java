package io.channels4j.benchmarks.redis;

import io.channels4j.support.RedisProcess;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The work that a Redis server has done.
 *
 * @param commands the number of commands, including those that scripts called
 * @param commandMicros the execution time in microseconds. Commands that scripts called count only as part of the script.
 * @param cpuMicros the CPU time of the server in microseconds, including network I/O
 */
record RedisCost(double commands, double commandMicros, double cpuMicros) {

    private static final Pattern COMMAND = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),usec=(\\d+)");
    private static final Pattern CPU = Pattern.compile("used_cpu_(sys|user):([\\d.]+)");

    static RedisCost read(RedisProcess redis) {
        double commands = 0;
        double micros = 0;
        Matcher command = COMMAND.matcher(redis.command("INFO", "commandstats"));
        while (command.find()) {
            commands += Long.parseLong(command.group(2));
            if (isTopLevel(command.group(1))) {
                micros += Long.parseLong(command.group(3));
            }
        }
        double cpu = CPU.matcher(redis.command("INFO", "cpu"))
                .results()
                .map((MatchResult found) -> found.group(2))
                .mapToDouble(Double::parseDouble)
                .sum();
        return new RedisCost(commands, micros, cpu * 1e6);
    }

    /** Returns true for commands that clients send. The others are mostly called by scripts. */
    private static boolean isTopLevel(String command) {
        return switch (command.toLowerCase(Locale.ROOT)) {
            case "eval", "evalsha", "fcall", "xread", "xreadgroup", "publish", "xtrim" -> true;
            default -> false;
        };
    }

    RedisCost since(RedisCost earlier) {
        return new RedisCost(
                commands - earlier.commands, commandMicros - earlier.commandMicros, cpuMicros - earlier.cpuMicros);
    }

    RedisCost dividedBy(double count) {
        return new RedisCost(commands / count, commandMicros / count, cpuMicros / count);
    }
}
