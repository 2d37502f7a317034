import type { Dice } from '../dice.ts';
import type { FuzzRequest } from '../request.ts';
import type { World } from '../world.ts';

/** Something that requests can be made to, and what can be wrong with them besides nothing. */
export interface Endpoint {
  /** The row of the figures. */
  readonly name: string;
  readonly flaws: readonly string[];
  make(dice: Dice, world: World, flaw: string): FuzzRequest;
}
