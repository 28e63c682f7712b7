/** The elements of an array in Postgres' text form, of any dimensions, in order. Throws for one with NULL in it. */
export function readArray(text: string, delimiter = ','): readonly string[] {
  const elements: string[] = []
  // Arrays that do not begin at 1 say so: [0:2]={…}.
  let at = text.indexOf('{')
  if (at === -1) throw new Error('it is no array')
  let current = ''
  let isQuoted = false
  const take = (): void => {
    if (current === '' && !isQuoted) return
    if (!isQuoted && current.toUpperCase() === 'NULL') throw new Error('arrays with NULL cannot be passed')
    elements.push(current)
    current = ''
    isQuoted = false
  }
  for (at += 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '"') {
      isQuoted = true
      for (at += 1; at < text.length && text.charAt(at) !== '"'; at += 1) {
        if (text.charAt(at) === '\\') at += 1
        current += text.charAt(at)
      }
    } else if (char === delimiter || char === '}' || char === '{') take()
    else current += char
  }
  return elements
}

/** An array in that form. */
export function writeArray(elements: readonly string[], delimiter = ','): string {
  return `{${elements.map((element) => `"${element.replace(/["\\]/g, '\\$&')}"`).join(delimiter)}}`
}
