import type { Settings } from './settings-reader.ts';

/** A variable of OpenTelemetry's that Ambit, or the SDK it uses, heeds. */
export interface StandardVariable {
  readonly name: `OTEL_${string}`;
  readonly description: string;
}

/** The variables that matter most; the SDK reads them, and others of its specification, by itself. */
export const OPENTELEMETRY_VARIABLES = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description:
      'Where traces are sent by OTLP over HTTP, as JSON; `/v1/traces` is added. Without it and the next one there are no traces, and nothing of OpenTelemetry is loaded.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    description: 'The same, taken as it is.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    description: 'Headers to send along: `name=value`, comma-separated.',
  },
  {
    name: 'OTEL_SERVICE_NAME',
    description: 'What the server calls itself; `ambit` by default.',
  },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    description: 'What else is to be said of the server: `name=value`, comma-separated.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    description:
      'Which requests are traced: `parentbased_always_on` (the default), `parentbased_traceidratio`, `traceidratio`, `always_off` and so on.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    description: 'The ratio, for a sampler that takes one.',
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    description: '`none` switches traces off, whatever else is set.',
  },
  {
    name: 'OTEL_SDK_DISABLED',
    description: '`true` switches traces off, whatever else is set.',
  },
] as const satisfies readonly StandardVariable[];

/** Whether traces are to be sent: an endpoint is named, and they are not switched off. */
export function wantsTraces(settings: Settings): boolean {
  const valueOf = (name: (typeof OPENTELEMETRY_VARIABLES)[number]['name']) =>
    settings[name]?.trim().toLowerCase() ?? '';
  if (valueOf('OTEL_SDK_DISABLED') === 'true' || valueOf('OTEL_TRACES_EXPORTER') === 'none') {
    return false;
  }
  return (
    valueOf('OTEL_EXPORTER_OTLP_ENDPOINT') !== '' ||
    valueOf('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== ''
  );
}
