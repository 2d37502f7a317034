import cluster from 'node:cluster';
import type { Config } from '../config/config.ts';
import { serveAlone } from './serve-alone.ts';
import { servePrimary } from './serve-primary.ts';
import { serveWorker } from './serve-worker.ts';

/**
 * Runs the provider until it is told to stop by SIGTERM or SIGINT; requests in flight are finished first.
 *
 * The port is bound before anything is opened or written, so that a second server on the same port leaves no trace. With
 * several workers this runs in each process (ADR-0017).
 */
export async function serve(config: Config, options: { readonly demo: boolean }): Promise<void> {
  if (config.workers === 1) await serveAlone(config, options);
  else if (cluster.isWorker) await serveWorker(config);
  else await servePrimary(config, options);
}
