/** Bytes of a request's or an answer's body that may be on their way between the threads. */
export const bodyWindow = 256 * 1024

/** Progress is told in steps of this many bytes. */
export const progressStep = 64 * 1024
