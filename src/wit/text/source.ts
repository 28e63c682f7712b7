import { AppError } from '../../core/errors.js'

/** A text and where it came from. */
export interface WitSource {
  readonly file: string
  readonly text: string
}

/** The refusal of a text, at an offset of it. */
export function witError(source: WitSource, at: number, message: string, hint?: string): AppError {
  const { line, column } = placeOf(source.text, at)
  return new AppError('WIT_INVALID', `Cannot read WIT: ${message}`, {
    hint: hint ?? 'Correct the text at that place',
    place: { file: source.file, line, column },
  })
}

function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1
  let start = 0
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) {
    line += 1
    start = next + 1
  }
  return { line, column: at - start + 1 }
}
