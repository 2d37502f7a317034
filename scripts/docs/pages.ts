import { join } from 'node:path';
import { CATALOG_RULES, LINT_RULES } from '@ambit/scope-catalog';
import { renderCliReference } from '../../packages/admin-cli/src/reference.ts';
import {
  renderAdminApiReference,
  renderAdminProblems,
} from '../../packages/idp/src/admin-api/reference.ts';
import { AUDIT_EVENTS } from '../../packages/idp/src/audit/events.ts';
import { renderConfigurationReference } from '../../packages/idp/src/config/variables.ts';
import { renderOAuthErrors } from '../../packages/idp/src/oidc/oauth-errors.ts';
import { renderConformance } from './conformance.ts';
import { code, page, table } from './markdown.ts';
import { renderRoles } from './roles.ts';

/** Every page that is made from tables in the code, by its path from the root of the repository. */
export const GENERATED_PAGES: Readonly<Record<string, () => string>> = {
  'docs/reference/configuration.md': renderConfigurationReference,
  'docs/reference/cli.md': renderCliReference,
  'docs/reference/errors.md': renderErrors,
  'docs/reference/admin-api.md': renderAdminApi,
  'docs/reference/audit-events.md': renderAuditEvents,
  'docs/reference/lint-rules.md': renderRules,
  'docs/reference/roles.md': renderRoles,
  'docs/conformance.md': () => renderConformance(join(import.meta.dirname, '../..')),
};

function renderAdminApi(): string {
  return page(
    '# Admin API',
    'JSON over HTTP, with an access token of the audience `ISSUER/admin`. The OpenAPI 3.1 document, with every schema, is at `/admin/v1/openapi.json`. Lists answer `{ items, total, next? }` and take `limit` and `cursor`. What each [built-in role](roles.md) may use is listed there.',
    'Problems that go without saying are left out of the table: who asks (401, 403), a request that does not fit its schema (400, 413, 415), a precondition that fails (412), and 500 and 503. All are in [errors](errors.md).',
    renderAdminApiReference(),
  );
}

function renderErrors(): string {
  return page(
    '# Errors',
    '## At the OAuth endpoints',
    'The body is `{ "error", "error_description" }` (RFC 6749 §5.2). A refused scope adds `scope_errors`, a list of `{ scope, reason, hint }`.',
    renderOAuthErrors(),
    '## At the admin API',
    'The body is `application/problem+json` (RFC 9457): `type` is `urn:ambit:problem:CODE`, `detail` says what was wrong, `hint` what to do, and `request_id` finds the request in the log. A 401, and a 403 for want of a scope, carries a `WWW-Authenticate` challenge (RFC 6750 §3).',
    renderAdminProblems(),
  );
}

function renderAuditEvents(): string {
  return page(
    '# Audit events',
    'Each record also says who acted, on what, under which request, catalog version and revision, and whether it was granted or refused and why.',
    table(
      ['event', 'meaning'],
      Object.entries(AUDIT_EVENTS).map(([event, meaning]) => [code(event), meaning]),
    ),
  );
}

function renderRules(): string {
  return page(
    '# Catalog rules',
    'Ids are stable. An error keeps a document from being published; a warning only fails `ambit catalog lint --strict`.',
    '## What every catalog keeps (errors)',
    table(
      ['rule', 'what it asks'],
      Object.entries(CATALOG_RULES).map(([rule, asks]) => [code(rule), asks]),
    ),
    '## What a good catalog keeps',
    table(
      ['rule', 'severity', 'what it asks', 'for example'],
      Object.entries(LINT_RULES).map(([rule, { severity, description, example }]) => [
        code(rule),
        severity,
        description,
        example,
      ]),
    ),
  );
}
