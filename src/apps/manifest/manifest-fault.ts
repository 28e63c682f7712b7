import { AppError } from '../../core/errors.js'

/** A place in a text; lines and columns count from 1. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/**
 * Why a text is no manifest, and where. Thrown inside manifest/ only: parseManifest() makes an AppError of it, the API
 * server an answer.
 */
export class ManifestFault extends Error {
  override readonly name = 'ManifestFault'
  readonly place: TextPlace

  constructor(reason: string, place: TextPlace) {
    super(reason)
    this.place = place
  }

  /** The reason with its place, as wadm writes it. */
  get text(): string {
    return `${this.message} at line ${this.place.line} column ${this.place.column}`
  }

  /** The AppError of a manifest that was read from `file`. */
  toAppError(file: string): AppError {
    return new AppError('MANIFEST_INVALID', `Invalid manifest "${file}": ${this.message}`, {
      place: { file, ...this.place },
      hint: `Correct ${file}:${this.place.line}:${this.place.column}, then run the command again`,
    })
  }
}
