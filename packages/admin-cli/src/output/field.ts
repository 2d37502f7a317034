/** What a property was and what it becomes, as `NAME FROM -> TO`; `none` where it is absent. */
export const writeField = (change: {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}): string => `${change.field} ${writeValue(change.from)} -> ${writeValue(change.to)}`;

const writeValue = (value: unknown): string =>
  value === undefined || value === null ? 'none' : JSON.stringify(value);
