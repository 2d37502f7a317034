/** The answer of an OAuth endpoint where something that it needs cannot be reached (RFC 9110 §15.6.4). */
export const unavailable = (what: string) =>
  ({
    status: 503,
    headers: { 'Retry-After': '5' },
    body: {
      error: 'temporarily_unavailable',
      error_description: `${what} cannot be reached`,
    },
  }) as const;
