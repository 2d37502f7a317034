import { present } from '@ambit/scope-catalog';
import { ApiProblem } from './errors.ts';
import type { ProblemFacts } from './errors.ts';
import { unreachable } from './reach.ts';

/** The JSON body of an answer; anything else is a problem, and one that breaks off is `Unreachable`. */
export async function bodyOf(response: Response, url: URL): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(url, error);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(response.status, 'the server answered with something other than JSON');
  }
}

/** The problem an answer carries, or one that says what answered instead (RFC 9457 §3). */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const wire: WireProblem = await fieldsOf(response);
  const { status } = response;
  if (typeof wire.code !== 'string') {
    return malformed(status, `the server answered ${String(status)}`, waitHint(response));
  }
  const hint = wire.hint ?? waitHint(response);
  return new ApiProblem({
    code: wire.code,
    status,
    detail: wire.detail ?? wire.title ?? wire.code,
    ...present({ hint, findings: wire.findings, requestId: wire.request_id }),
  });
}

interface WireProblem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly request_id?: string;
  readonly findings?: NonNullable<ProblemFacts['findings']>;
}

/** A problem of an answer that the admin API would not give. */
export const malformed = (status: number, detail: string, hint?: string): ApiProblem =>
  new ApiProblem({
    code: `http.${String(status)}`,
    status,
    detail,
    ...present({ hint }),
  });

function waitHint(response: Response): string | undefined {
  const seconds = response.headers.get('retry-after');
  return seconds === null ? undefined : `try again in ${seconds} s`;
}

/** The members of a JSON object in the body; none where it holds something else. */
export async function fieldsOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
