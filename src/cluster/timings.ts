/** How long things are waited for, in milliseconds. Tests use shorter ones. */

export interface Timings {
  /** For a connection, TLS included. */
  readonly connect: number;
  /** For the first byte of an answer, and between two pieces of a list. */
  readonly answer: number;
  /** For a whole page of a list. */
  readonly page: number;
  /** A watch that brings nothing, not even a bookmark, for so long is dead. Servers send a bookmark a minute. */
  readonly silence: number;
  /** A watch asks the server to end it after once to twice this, so that a fleet of them does not come back at once. */
  readonly watch: number;
  /** Waits between attempts double from the first to the longest, each longer by up to a half of it. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** A watch that lasted so long was a good one: the next wait is the first again. */
  readonly steady: number;
  /** What is forbidden or absent is asked for again so seldom. */
  readonly seldom: number;
  /** Changes are gathered for so long before they are told. */
  readonly gather: number;
  /** How often the clock is looked at for a jump: the machine slept, and sockets are dead without knowing it. */
  readonly clock: number;
}

export const TIMINGS: Timings = {
  connect: 10_000,
  answer: 30_000,
  page: 120_000,
  silence: 90_000,
  watch: 300_000,
  firstWait: 800,
  longestWait: 30_000,
  steady: 10_000,
  seldom: 120_000,
  gather: 25,
  clock: 5_000,
};
