/** The moment at which a day begins, written `YYYY-MM-DD`: 00:00 UTC, in milliseconds since the epoch. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Whether a text is a day of the calendar, written `YYYY-MM-DD` (RFC 3339 §5.6). */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = startOfDay(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
