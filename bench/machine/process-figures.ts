import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used so far, its threads included, and on Linux the processes that it has started. */
export interface ProcessFigures {
  readonly cpuSeconds: number;
  /** Resident set. */
  readonly residentBytes: number;
}

/** Linux counts processor time for user space in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/** Reads what a process has used, from `/proc` where there is one, else from `ps`. */
export function readProcessFigures(pid: number): ProcessFigures {
  return process.platform === 'linux' ? readProc(pid) : readPs(pid);
}

function readProc(pid: number): ProcessFigures {
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'latin1');
  const figures = [readOne(pid), ...children.split(' ').filter(Boolean).map(Number).map(readProc)];
  return {
    cpuSeconds: sum(figures.map(({ cpuSeconds }) => cpuSeconds)),
    residentBytes: sum(figures.map(({ residentBytes }) => residentBytes)),
  };
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((all, number) => all + number, 0);

function readOne(pid: number): ProcessFigures {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  // Fields are counted from behind the name, which may hold spaces (proc(5)): utime is the 12th of them, stime the 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentBytes: Number(kibibytes) * 1024,
  };
}

function readPs(pid: number): ProcessFigures {
  const answer = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' });
  const [time = '', kibibytes] = answer.trim().split(/\s+/);
  const cpuSeconds = time.split(/[-:]/).reduce((seconds, part) => seconds * 60 + Number(part), 0);
  return { cpuSeconds, residentBytes: Number(kibibytes) * 1024 };
}
