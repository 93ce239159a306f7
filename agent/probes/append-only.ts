import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { ReportedRepository, ReportProblem } from '@/contract/report';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import type { RepositoryAnswer } from '@/agent/collectors/repository-answer';
import type { Environment } from '@/agent/places';
import { beginningOf } from '@/agent/report/shorten';

/** No file of a repository is named so: its name is the SHA-256 of what it holds. */
const NOBODY = '0'.repeat(64);
const TIME_LIMIT_MILLISECONDS = 10_000;

/** Which address of restic the probe can ask. */
const isRestAddress = (repo: string): boolean => /^rest:https?:\/\//i.test(repo);

/**
 * Adds whether the server of a repository that was just read is append-only. From real output of rest-server 0.13: it forbids (403) to remove a
 * snapshot, though there is none of that name, and allows to remove a lock; without --append-only it allows both.
 */
export async function withAppendOnlyProbe(
  answer: RepositoryAnswer,
  { settings, env, redact }: RepositoryAccess,
): Promise<RepositoryAnswer> {
  const own = answer.collection.repositories.find((one) => one.repository_key === answer.repositoryKey);
  // Who may not read it would be forbidden anything.
  if (!own || answer.points === null || !isRestAddress(settings.repo)) return answer;
  const proof = await probeAppendOnly(settings.repo, env).catch((error: unknown) =>
    redact(error instanceof Error ? error.message : String(error)),
  );
  const { collection } = answer;
  if (typeof proof === 'string')
    return {
      ...answer,
      collection: { ...collection, problems: [...collection.problems, unproven(own, proof)] },
    };
  const proven = { ...own, immutability: proof };
  const repositories = collection.repositories.map((one) => (one === own ? proven : one));
  return { ...answer, collection: { ...collection, repositories } };
}

/**
 * Asks the server to remove a snapshot that cannot be there.
 * @returns a sentence when what it answers proves nothing
 * @throws an error of the network, or of a file that the environment names
 */
export async function probeAppendOnly(
  repo: string,
  env: Environment,
): Promise<NonNullable<ReportedRepository['immutability']> | string> {
  const snapshot = await statusOfDelete(repo, `snapshots/${NOBODY}`, env);
  const proof = { until: null, source: 'probed', proven_at: new Date().toISOString() } as const;
  if (snapshot === 200 || snapshot === 404) return { kind: 'none', ...proof };
  if (snapshot !== 403)
    return `The server answered ${snapshot} to the removal of a snapshot that is not there.`;
  // A server that forbids every removal may do so for another reason, such as a proxy between.
  const lock = await statusOfDelete(repo, `locks/${NOBODY}`, env);
  if (lock === 200 || lock === 404) return { kind: 'append_only', ...proof };
  return `The server answered 403 to the removal of a snapshot that is not there, and ${lock} to that of a lock, which an append-only one allows.`;
}

function statusOfDelete(repo: string, name: string, env: Environment): Promise<number> {
  const base = repo.slice('rest:'.length);
  const url = new URL(`${base}${base.endsWith('/') ? '' : '/'}${name}`);
  const user = env['RESTIC_REST_USERNAME'];
  const isSecure = url.protocol === 'https:';
  const options: https.RequestOptions = {
    method: 'DELETE',
    headers: { accept: 'application/vnd.x.restic.rest.v2' },
    signal: AbortSignal.timeout(TIME_LIMIT_MILLISECONDS),
    agent: false,
    ...(url.username === '' && user && { auth: `${user}:${env['RESTIC_REST_PASSWORD'] ?? ''}` }),
    ...(isSecure && secureOptions(env)),
  };
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, options, (response) => {
      // A redirect is an answer like others: nothing is asked of another server.
      response.resume();
      response.once('error', () => {});
      resolve(response.statusCode ?? 0);
    });
    request.once('error', reject);
    request.end();
  });
}

/** The same trust that restic has. */
function secureOptions(env: Environment): https.RequestOptions {
  const { RESTIC_CACERT: authority, RESTIC_TLS_CLIENT_CERT: own } = env;
  const certificate = own ? fs.readFileSync(own) : null;
  return {
    ...(authority && { ca: authority.split(',').map((file) => fs.readFileSync(file)) }),
    ...(certificate && { cert: certificate, key: certificate }),
  };
}

function unproven({ repository_key: key }: ReportedRepository, message: string): ReportProblem {
  return {
    code: 'append_only_unproven',
    severity: 'info',
    subject: beginningOf(`repository:${key}`, 200),
    message: beginningOf(`Whether the server is append-only is not known. ${message}`),
  };
}
