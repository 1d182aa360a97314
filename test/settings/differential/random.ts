/** A stream of random numbers that a seed decides: the same seed gives the same program everywhere. */
export interface Random {
  /** An integer from 0 up to, not including, `below`. */
  next(below: number): number;
  /** True in so many of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(options: readonly [T, ...T[]]): T;
}

/** The generator known as mulberry32. */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed, 2654435761) >>> 0;
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
  return {
    next,
    chance: (percent) => next(100) < percent,
    pick: (options) => options[next(options.length)] ?? options[0],
  };
}

/** One of a list, undefined of an empty one. */
export function anyOf<T>(random: Random, options: readonly T[]): T | undefined {
  return options[random.next(options.length)];
}
