import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { setStage } from './play.ts';
import type { Stage } from './play.ts';
import { parseTranscript, writeOutcome, writeTranscript } from './transcript.ts';
import type { Scene } from './transcript.ts';

const FOLDER = new URL('transcripts/', import.meta.url);

/** `AMBIT_WRITE_TRANSCRIPTS=1` writes down what is given now, to be read by eye before it is kept. */
const writing = process.env['AMBIT_WRITE_TRANSCRIPTS'] === '1';

describe('transcripts', () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.txt'))) {
    const file = new URL(name, FOLDER);
    const { title, scenes } = parseTranscript(readFileSync(file, 'utf8'));
    test(`${name}: ${title}`, async () => {
      const played: (readonly [Scene, string])[] = [];
      const faults: string[] = [];
      const stage = await setStage();
      try {
        for (const scene of scenes) {
          for (const setting of scene.settings) apply(setting, stage);
          const outcome = await stage.play(scene);
          played.push([scene, writeOutcome(outcome)]);
          faults.push(...outcome.faults);
        }
      } finally {
        await stage.stop();
      }
      if (writing) writeFileSync(file, writeTranscript(title, played));
      else expect(writeTranscript(title, played)).toBe(readFileSync(file, 'utf8'));
      expect(scenes).not.toEqual([]);
      expect(faults).toEqual([]);
    });
  }
});

function apply(setting: string, stage: Stage): void {
  const [kind, first = '', second = '', ...rest] = setting.split(' ');
  if (kind === 'file') {
    stage.putFile(first, parseInt(second, 8), rest.join(' '));
    return;
  }
  const [status = '200', ...body] = rest;
  stage.reply(`${first} ${second}`, {
    status: Number(status),
    ...(body.length === 0 ? {} : { body: JSON.parse(body.join(' ')) as unknown }),
  });
}
