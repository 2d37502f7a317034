type Present<T> = { readonly [K in keyof T]?: NonNullable<T[K]> };

/** Leaves out what a row holds no value for: absent in our types, null in a database. */
export const present = <T extends Readonly<Record<string, unknown>>>(values: T): Present<T> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ) as Present<T>;
