import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import { Failure } from '../../failure.ts';
import type { Input } from '../../syntax.ts';

/** `ambit audit erase`. */
export const erase: Command = {
  name: 'audit erase',
  summary: 'Erases what is personal to one address or external subject from every audit record',
  about:
    'The records stay, and can be verified as before. What is erased is gone for good: both fields of each record that holds the one named. The log says that it was done, by whom and to how many records, and not to whom.',
  options: [
    { flag: '--address', value: 'ADDRESS', about: 'the network address, as records show it' },
    {
      flag: '--external-subject',
      value: 'SUBJECT',
      about: "the `sub` of a workload's own token",
    },
  ],
  example: 'ambit audit erase --address 192.0.2.7 --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const match = matchOf(input);
    const api = await context.api();
    await context.confirm('Erase its personal fields from the whole audit log, for good?');
    const erased = await api.audit.erase(match);
    return { data: erased, text: `erased from ${String(erased.records)} records` };
  },
};

function matchOf(input: Input) {
  const [address, subject] = [input.value('--address'), input.value('--external-subject')];
  if (address !== undefined && subject === undefined) return { address };
  if (subject !== undefined && address === undefined) return { external_subject: subject };
  throw new Failure(
    'usage',
    'one address or one external subject is needed',
    'give either `--address` or `--external-subject`',
  );
}
