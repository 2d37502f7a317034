/** Every event the audit log knows, and what it says; the reference page is generated from it. */
export const AUDIT_EVENTS = {
  'token.issued': 'an access token was issued',
  'token.exchanged': 'an access token was issued in exchange for another',
  'token.refused': 'a token request was refused',
  'token.limited': 'a request was refused by a limit',
  'token.introspected': 'a token was introspected; `granted` when the answer was active',
  'token.revoked': 'a token was presented at the revocation endpoint',
  'refusals.counted':
    'refusals of callers who had not proved who they were and that have no record of their own, those of one network and minute, or of many networks where there is no address: `counted` says how many, since when and why',
  'admin.refused':
    'a request to the admin API was refused for want of a live access token, or, where it would have changed nothing, of a scope',
  'catalog.published': 'a catalog version was published and activated',
  'catalog.activated': 'an older catalog version was activated again',
  'client.created': 'a client was registered',
  'client.updated': 'a client was changed',
  'client.disabled': 'a client was disabled',
  'client.enabled': 'a client was enabled',
  'client.deleted': 'a client was deleted; its name stays taken',
  'client.secret_added': 'a client was given a further secret',
  'client.secret_revoked': 'a secret of a client was revoked',
  'role.assigned': 'a role was assigned to a client',
  'role.unassigned': 'a role was taken from a client',
  'key.created': 'a signing key was made and published as next',
  'key.activated': 'a signing key began to sign',
  'key.retired': 'a signing key ceased to sign',
  'key.destroyed': 'a signing key left the JWKS',
  'revocation.created': 'a revocation rule was made',
  'audit.key_introduced': 'a key was made that signs checkpoints of the audit log from now on',
  'audit.personal_erased': 'personal fields of one person were erased from the audit log',
  'audit.resumed':
    'the log can be written again: `after` says since when it could not, why, how many tokens and changes were refused meanwhile, and how many requests left no record',
  'system.bootstrapped': 'an installation was laid out',
  'system.admin_reset': 'a new admin client was made from the machine itself',
  'system.rekeyed': 'the master key was changed',
} as const satisfies Record<string, string>;

/** One of {@link AUDIT_EVENTS}. */
export type AuditEvent = keyof typeof AUDIT_EVENTS;
