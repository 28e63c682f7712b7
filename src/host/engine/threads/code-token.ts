const counter = { last: 0 }

/** A number that no other prepared code of this process has. */
export function nextToken(): number {
  counter.last += 1
  return counter.last
}
