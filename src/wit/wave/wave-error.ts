/** Text that is no value of its type; `position` counts characters from 0. */
export class WaveError extends Error {
  override readonly name = 'WaveError'
  readonly position: number

  constructor(reason: string, position: number) {
    super(reason)
    this.position = position
  }
}
