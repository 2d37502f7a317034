import type { Log } from '../log/log.ts';
import type { Tracing } from './tracing.ts';

/** Starts tracing by OTLP. Only now is anything of OpenTelemetry's SDK loaded: who does not trace does not pay for it. */
export async function startTracing(dependencies: {
  readonly log: Pick<Log, 'warn'>;
  readonly serverVersion: string;
}): Promise<Tracing> {
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(dependencies);
}
