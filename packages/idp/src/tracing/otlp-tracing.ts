import {
  createTraceState,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Attributes, AttributeValue, Context, DiagLogger, Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { AuditEntry } from '../audit/record.ts';
import type { Log } from '../log/log.ts';
import type { AttributeName, TracedRequest, Tracing } from './tracing.ts';

/** How long the last spans may take to be sent, when the server stops. */
const CLOSE_MS = 5_000;

/**
 * Sends a span per request to where the standard variables of OpenTelemetry say, by OTLP over HTTP. Endpoint, headers, sampler,
 * batches and resource attributes are read by its SDK; what it has to complain of goes to the log.
 */
export function createOtlpTracing({
  log,
  serverVersion,
}: {
  readonly log: Pick<Log, 'warn'>;
  readonly serverVersion: string;
}): Tracing {
  diag.setLogger(complaints(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'ambit', 'service.version': serverVersion }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('ambit', serverVersion);
  const open = new Map<string, Span>();

  return {
    begin(request) {
      const { requestId, method, route } = request;
      const attributes: Attributes & Partial<Record<AttributeName, AttributeValue>> = {
        'http.request.method': method,
        'http.route': route,
        'ambit.request_id': requestId,
      };
      const span = tracer.startSpan(
        `${method} ${route}`,
        { kind: SpanKind.SERVER, attributes },
        parentOf(request),
      );
      if (span.isRecording()) open.set(requestId, span);
      return {
        traceId: span.spanContext().traceId,
        end(status) {
          open.delete(requestId);
          span.setAttribute('http.response.status_code' satisfies AttributeName, status);
          if (status >= 500) {
            span.setAttribute('error.type' satisfies AttributeName, String(status));
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },
    observeDecision(entry) {
      open.get(entry.requestId)?.setAttributes(decisionAttributes(entry));
    },
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      const sent = provider.shutdown().catch((error: unknown) => {
        log.warn('tracing', { message: 'the last spans could not be sent', error });
      });
      await Promise.race([sent, late]);
    },
  };
}

function parentOf({ parent, state }: TracedRequest): Context {
  if (!parent) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parent.traceId,
    spanId: parent.parentId,
    traceFlags: parent.flags,
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  });
}

function decisionAttributes(entry: AuditEntry): Attributes {
  const { requestedScopes, grantedScopes, refusedScopes } = entry;
  const attributes: Partial<Record<AttributeName, AttributeValue | undefined>> = {
    'ambit.event': entry.event,
    'ambit.decision': entry.decision,
    'ambit.reason': entry.reason,
    'ambit.client_id': entry.actor ?? entry.client,
    'ambit.resource_server': entry.resourceServer,
    'ambit.scopes.requested': requestedScopes && [...requestedScopes],
    'ambit.scopes.granted': grantedScopes && [...grantedScopes],
    'ambit.scopes.refused': refusedScopes?.map(({ scope }) => scope),
    'ambit.catalog_version': entry.catalogVersion,
  };
  return attributes as Attributes; // the SDK leaves out what is undefined
}

/** What the SDK has to say goes to the log, as far as it is a complaint. */
function complaints(log: Pick<Log, 'warn'>): DiagLogger {
  const warn = (message: string): void => {
    log.warn('tracing', { message });
  };
  const quiet = (): void => undefined;
  return { error: warn, warn, info: quiet, debug: quiet, verbose: quiet };
}
