/** What a server says of itself at `/health/live` or `/health/ready`. */
export async function health(
  { url }: { readonly url: string },
  what: 'live' | 'ready',
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${url}/health/${what}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
