/** Members that have a value; those that may lack one have become optional. */
type Present<T> = { readonly [K in keyof T]?: NonNullable<T[K]> };

/**
 * Leaves out the members that have no value, so that an optional property is absent and never undefined or null.
 *
 * Our types tell the two apart (`exactOptionalPropertyTypes`), and so does whoever lists the members of an object.
 */
export function present<T extends object>(members: T): Present<T> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(members) as (keyof T & string)[]) {
    const value = members[name];
    if (value !== undefined && value !== null) kept[name] = value;
  }
  return kept as Present<T>;
}
