// What a person reads when something cannot be had: one message that says what to do, without a stack.

export class Failure extends Error {}
