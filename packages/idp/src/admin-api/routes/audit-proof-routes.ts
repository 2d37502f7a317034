import { ok } from '@ambit/scope-catalog';
import type { PersonalMatch } from '../../audit/ports.ts';
import { closed, listOf, named, nonEmpty } from '../json-schema.ts';
import { defineRoute, linesOf } from '../route.ts';
import { toWireCheckpoint } from '../wire/checkpoint.ts';
import { toWireStep } from '../wire/verification.ts';

/** The most checkpoints that one verification is held to, and the longest one: a few chains in it. */
const GIVEN_MOST = 100;
const CHECKPOINT_LENGTH = 8_192;

type Erased = { readonly address: string } | { readonly external_subject: string };

/** Proving the audit log, and erasing what is personal from it. */
export const auditProofRoutes = [
  defineRoute()({
    method: 'POST',
    path: '/audit/checkpoints',
    summary:
      'Sign what the log has come to; gives the newest checkpoint where nothing was written since',
    scope: 'ambit.audit:read',
    answers: { 200: { description: 'the checkpoint', schema: named('Checkpoint') } },
    async handle(_request, { checkpoints }) {
      return ok({ status: 200, body: toWireCheckpoint(await checkpoints.make()) });
    },
  }),
  defineRoute<object, object, { readonly checkpoints?: readonly string[] }>()({
    method: 'POST',
    path: '/audit/verifications',
    summary:
      'Recompute the whole log and hold it to its checkpoints; tells how far it has come, and at last what it found',
    scope: 'ambit.audit:read',
    body: closed({
      'checkpoints?': {
        ...listOf(nonEmpty(CHECKPOINT_LENGTH), GIVEN_MOST),
        writeOnly: true, // signed as a token is, and none
        description: 'checkpoints that were kept elsewhere: the signed statements',
      },
    }),
    bodyOptional: true,
    bodyLimit: GIVEN_MOST * (CHECKPOINT_LENGTH + 3) + 1_024,
    answers: { 200: { description: 'steps', schema: named('VerificationStep'), lines: true } },
    problems: ['audit.verifying'],
    async handle({ body }, { verifyLog }) {
      const steps = await verifyLog(body.checkpoints ?? []);
      if (!steps.ok) return steps;
      return ok({ status: 200, lines: linesOf(steps.value, (step) => [toWireStep(step)]) });
    },
  }),
  defineRoute<object, object, Erased>()({
    method: 'POST',
    path: '/audit/erasures',
    summary:
      'Erase the personal fields of every record that holds this address or external subject',
    scope: 'ambit.audit:erase',
    event: 'audit.personal_erased',
    body: {
      oneOf: [closed({ address: nonEmpty(128) }), closed({ external_subject: nonEmpty(1_024) })],
    },
    answers: { 200: { description: 'how many there were', schema: named('Erasure') } },
    problems: ['audit.no_address'],
    async handle({ body, actor }, { erasure }) {
      const erased = await erasure.erase(toMatch(body), actor);
      return erased.ok ? ok({ status: 200, body: { records: erased.value } }) : erased;
    },
  }),
];

const toMatch = (body: Erased): PersonalMatch =>
  'address' in body ? { address: body.address } : { externalSubject: body.external_subject };
