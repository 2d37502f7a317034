import { join } from 'node:path';
import { CATALOG_RULES, LINT_RULES } from '@ambit/scope-catalog';
import { AUDIT_EVENTS } from '../../packages/idp/src/audit/events.ts';
import { flagOf, VARIABLES } from '../../packages/idp/src/config/variables.ts';
import { OAUTH_ERRORS } from '../../packages/idp/src/oidc/oauth-errors.ts';
import { problemsTable, renderAdminApi } from './admin-api.ts';
import { renderCli } from './cli.ts';
import { renderConformance } from './conformance.ts';
import { code, page, table } from './markdown.ts';
import { renderMetrics, renderTraces } from './metrics.ts';
import { renderRoles } from './roles.ts';

/** Every page that is made from tables in the code, by its path from the root of the repository. */
export const GENERATED_PAGES: Readonly<Record<string, () => string>> = {
  'docs/reference/configuration.md': renderConfiguration,
  'docs/reference/cli.md': renderCli,
  'docs/reference/errors.md': renderErrors,
  'docs/reference/admin-api.md': renderAdminApi,
  'docs/reference/audit-events.md': renderAuditEvents,
  'docs/reference/metrics.md': renderMetrics,
  'docs/reference/traces.md': renderTraces,
  'docs/reference/lint-rules.md': renderRules,
  'docs/reference/roles.md': renderRoles,
  'docs/conformance.md': () => renderConformance(join(import.meta.dirname, '../..')),
};

function renderConfiguration(): string {
  return page(
    '# Configuration',
    'Flags win over environment variables. An `AMBIT_*` variable that is not in this table is warned of at start. Traces are set up by the standard variables of OpenTelemetry: see [Traces](traces.md).',
    table(
      ['variable', 'flag', 'default', 'meaning'],
      VARIABLES.map(({ name, fallback, description }) => [
        code(name),
        code(flagOf(name)),
        code(fallback),
        description,
      ]),
    ),
  );
}

function renderErrors(): string {
  return page(
    '# Errors',
    '## At the OAuth endpoints',
    'The body is `{ "error", "error_description" }` (RFC 6749 §5.2). A refused scope adds `scope_errors`, a list of `{ scope, reason, hint }`.',
    table(
      [code('error'), 'status', 'when', 'clause'],
      Object.entries(OAUTH_ERRORS).map(([error, { status, when, clause }]) => [
        code(error),
        String(status),
        when,
        clause,
      ]),
    ),
    '## At the admin API',
    'The body is `application/problem+json` (RFC 9457): `type` is `urn:ambit:problem:CODE`, `detail` says what was wrong, `hint` what to do, and `request_id` finds the request in the log. A 401, and a 403 for want of a scope, carries a `WWW-Authenticate` challenge (RFC 6750 §3).',
    problemsTable(),
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
