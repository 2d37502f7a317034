/** What an OAuth endpoint was asked, whichever road the request takes. */
export interface AskedRequest {
  readonly endpoint: 'token' | 'introspection' | 'revocation';
  /** The client that the request names, where there is one; whether it has proved so, the state says. */
  readonly clientId?: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}
