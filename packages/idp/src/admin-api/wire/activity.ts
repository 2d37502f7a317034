import type { ActivityReport, SlowCall } from '../../activity/activity.ts';
import { toTime } from './time.ts';

/** What a server has done lately. */
export const toWireActivity = (report: ActivityReport): object => ({
  since: toTime(report.since),
  until: toTime(report.until),
  granted: report.granted,
  refused: report.refused,
  issued_by_minute: report.issuedByMinute,
  reasons: report.reasons,
  clients: report.clients,
  slowest: report.slowest.map(toWireSlowCall),
});

const toWireSlowCall = (call: SlowCall): object => ({
  request_id: call.requestId,
  time: toTime(call.time),
  event: call.event,
  client: call.client,
  duration_micros: call.durationMicros,
});
