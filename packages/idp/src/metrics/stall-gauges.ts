import type { OngoingStall } from '../audit/stall.ts';
import { STALL_CAUSES } from './label-values.ts';
import type { Registry } from './registry.ts';

/**
 * Adds the gauges that tell whether the audit log can be written. Whoever reads them has it tried again, so that a server
 * that nobody asks for tokens comes back all the same.
 */
export function addStallGauges(
  registry: Registry,
  stall: () => Promise<OngoingStall | undefined>,
): void {
  const gauge = (
    name:
      'ambit_audit_stall_refused' | 'ambit_audit_stall_unrecorded' | 'ambit_store_reserve_whole',
    valueOf: (ongoing: OngoingStall | undefined) => number,
  ): void => {
    registry.gauge(name, async () => [{ labels: {}, value: valueOf(await stall()) }]);
  };
  registry.gauge('ambit_audit_stalled', async () => {
    const ongoing = await stall();
    return STALL_CAUSES.map((cause) => ({
      labels: { cause },
      value: ongoing?.cause === cause ? 1 : 0,
    }));
  });
  gauge('ambit_audit_stall_refused', (ongoing) => ongoing?.refused ?? 0);
  gauge('ambit_audit_stall_unrecorded', (ongoing) => ongoing?.unrecorded ?? 0);
  // While it is not whole the log is stalled, see the gate of the store.
  gauge('ambit_store_reserve_whole', (ongoing) => (ongoing?.isReserveWhole === false ? 0 : 1));
}
