/** The system's own word for what went wrong, `ENOENT` for example; what an error says where it has none. */
export function systemErrorCode(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return typeof code === 'string' ? code : String(message ?? error);
}
