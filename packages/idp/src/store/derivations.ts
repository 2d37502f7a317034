import type { Knex } from 'knex';
import type { Derivation, DerivationStore } from '../delegation/ports.ts';

/** Keeps a derivation; the same one twice is a fault. */
export const DERIVATION_INSERT =
  'insert into derivations (jti, parent_jti, expires_at, derivation) values (?, ?, ?, ?)';

/** The values of {@link DERIVATION_INSERT}. */
export const encodeDerivation = (
  derivation: Derivation,
): [jti: string, parentJti: string, expiresAt: number, derivation: string] => [
  derivation.jti,
  derivation.parentJti,
  derivation.expiresAt,
  JSON.stringify(derivation),
];

/** Finds a derivation; its row is a {@link DerivationRow}. */
export const DERIVATION_FIND = 'select derivation from derivations where jti = ?';

/** A derivation as it is kept. */
export interface DerivationRow {
  readonly derivation: string;
}

/** The derivation of a row. */
export const decodeDerivation = (row: DerivationRow): Derivation =>
  JSON.parse(row.derivation) as Derivation;

/** Where exchanged tokens come from. */
export const createDerivationStore = (db: Knex): DerivationStore => ({
  async find(jti) {
    const row = await db<DerivationRow & { jti: string }>('derivations')
      .where({ jti })
      .first('derivation');
    return row && decodeDerivation(row);
  },
  async listChildren(parentJti) {
    const rows: DerivationRow[] = await db('derivations')
      .where({ parent_jti: parentJti })
      .orderBy('jti')
      .select('derivation');
    return rows.map(decodeDerivation);
  },
  async prune(now) {
    await db('derivations')
      .where('expires_at', '<=', Math.floor(now / 1000))
      .delete();
  },
});
