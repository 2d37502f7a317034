/** The long form of test/disk-full.test.ts: `npm run drill:disk [-- REVOCATIONS]`; it also measures what so many, 1000 by
 * default, take of the reserve. */
import { drillDisk } from '../support/disk-drill.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const disk = mountSmallDisk(96);
if (typeof disk === 'string') {
  console.log(`skipped: ${disk}`);
} else {
  try {
    const figures = await drillDisk(disk, { measured: Number(process.argv[2] ?? 1000) });
    console.log(JSON.stringify(figures, undefined, 2));
    const { wrong, unrecorded, broken } = figures;
    if (wrong.length + unrecorded.length + broken.length > 0) process.exitCode = 1;
  } finally {
    await disk.remove();
  }
}
