/**
 * Counts how often work reads what it is given, however deep: each property, and each entry of a
 * map or set that is looked up or walked over.
 *
 * The count is the same on every machine, so work that is to stay in proportion to its input can be
 * held to that. What it reads of its own making does not count.
 */
export function countReads<T extends object>(input: T, work: (input: T) => void): number {
  let reads = 0;
  const views = new WeakMap<object, object>();

  /** The same value, read by way of the counter; one view of each object, since they are compared. */
  function viewOf<V>(value: V): V {
    if (typeof value !== 'object' || value === null) return value;
    const view = views.get(value) ?? new Proxy<object>(value, handler);
    views.set(value, view);
    return view as V;
  }

  function* walk(entries: Iterable<unknown>): Generator {
    for (const entry of entries) {
      reads += 1;
      yield viewOf(entry);
    }
  }

  const handler: ProxyHandler<object> = {
    get(target, key) {
      reads += 1;
      const value: unknown = Reflect.get(target, key);
      if (!isCollection(target) || typeof value !== 'function') return viewOf(value);
      return (...args: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(value, target, args);
        return WALKS.has(key) ? walk(answer as Iterable<unknown>) : viewOf(answer);
      };
    },
    getOwnPropertyDescriptor(target, key) {
      reads += 1;
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  };

  work(viewOf(input));
  return reads;
}

/** Whether the methods of an object work on itself alone, and not on a view of it. */
const isCollection = (value: object): boolean => value instanceof Map || value instanceof Set;

/** What the methods are called that walk over a map or set. */
const WALKS: ReadonlySet<string | symbol> = new Set(['keys', 'values', 'entries', Symbol.iterator]);
