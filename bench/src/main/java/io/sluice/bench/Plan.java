package io.sluice.bench;

/**
 * How long and how often.
 *
 * @param rounds how often each contender runs; they take turns
 * @param warmUpSeconds closed loop, not measured; what the JVM has to compile is compiled in it
 * @param seconds closed loop, measured; and as long again at the fixed rate
 * @param rate requests per second at the fixed rate
 * @param answerBytes how long the body of an answer is
 */
record Plan(int rounds, int warmUpSeconds, int seconds, int rate, int answerBytes) {}
