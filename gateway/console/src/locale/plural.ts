/** Russian forms of a noun after a number: 1 событие, 2 события, 5 событий. */

export function plural(n: number, one: string, few: string, many: string): string {
  const tail = n % 100;
  if (tail >= 11 && tail <= 14) {
    return many;
  }
  const last = n % 10;
  return last === 1 ? one : last >= 2 && last <= 4 ? few : many;
}
