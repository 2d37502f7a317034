/**
 * By how much a clock may be put back without anything counting again that was over, in milliseconds: ten minutes.
 *
 * What forbids a token, or says that something was used, is kept that much longer than the token lives. Clocks jump: a
 * machine wakes up, a guest is moved, somebody sets the time by hand.
 */
export const CLOCK_STEP_MS = 600_000;
