import { randomInt } from 'node:crypto'

const adjectives =
  `amber ancient autumn bitter black blue bold brave bright broad calm cold cool crimson damp dark dawn
  divine dry dusty eager early empty falling fancy flat floral fragrant frosty gentle golden green hidden holy icy jolly
  late lively long lucky misty morning muddy mute nameless noisy odd old orange patient plain polished proud purple quiet
  rapid red restless rough round royal scarlet secret shiny shy silent small snowy soft solitary sparkling spring square
  steep still summer swift throbbing tight tiny twilight wandering weathered white wild winter wispy withered yellow young`
    .trim()
    .split(/\s+/)

const nouns =
  `art band bar base bird block boat bonus bread breeze brook bush butterfly cake cell cherry cloud credit
  darkness dawn dew disk dream dust feather field fire firefly flower fog forest frog frost glade glitter grass hall hat
  haze heart hill king lab lake leaf limit math meadow mode moon morning mountain mouse mud night paper pine poetry pond
  queen rain recipe resonance rice river salad scene sea shadow shape silence sky smoke snow snowflake sound star sun
  sunset surf term thunder tooth tree truth union unit violet voice water waterfall wave wildflower wind wood`
    .trim()
    .split(/\s+/)

/** A name for people, such as `silent-pine-4821`. `random` gives an integer below its argument. */
export function createFriendlyName(random: (below: number) => number = randomInt): string {
  const pick = (words: readonly string[]): string => words[random(words.length)] ?? ''
  return `${pick(adjectives)}-${pick(nouns)}-${String(random(10_000)).padStart(4, '0')}`
}
