import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { SelectionRule } from '@/domain/restore-test/select-files';
import { borgAccess } from '@/agent/collectors/borg/borg-command';
import { configuredStreams, distinctStreams, type JobStream } from '@/agent/collectors/job-stream';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { unreadKey } from '@/agent/collectors/repository-answer';
import { readLocation } from '@/agent/collectors/repository-location';
import { resticAccess } from '@/agent/collectors/restic/restic-command';
import {
  testedRepositoryOf,
  type AgentConfig,
  type RestorableRepository,
  type TestedRepository,
} from '@/agent/config/agent-config';
import type { Environment, Places } from '@/agent/places';
import { borgRestore } from '@/agent/restore-test/borg-restore';
import type { RestoreEvidence } from '@/agent/restore-test/evidence';
import { resticRestore } from '@/agent/restore-test/restic-restore';
import type { RestoreTool } from '@/agent/restore-test/restore-tool';
import { scratchRootOf, testFiles } from '@/agent/restore-test/test-files';
import { readMemory } from '@/agent/state/memory';

/** Which files of which point are tested, and who asked. */
export interface RepositoryTest {
  settings: RestorableRepository;
  point: string;
  jobKey: string | null;
  rule: SelectionRule;
  seed: number;
  trigger: RestoreEvidence['trigger'];
  requestId: string | null;
  isDrill: boolean;
  /** The point that whoever asked had in mind; null: nobody did. */
  askedPointKey: string | null;
  /** Of Holdfast's policy; null: that of the configuration. */
  rtoSeconds: number | null;
}

interface Context {
  config: AgentConfig;
  env: Environment;
  places: Places;
}

/** Tests one repository as the configuration says, with what was asked. */
export function testRepository(asked: RepositoryTest, context: Context): Promise<RestoreEvidence> {
  const { settings } = asked;
  const { config, places } = context;
  const memory = readMemory(places.stateDir);
  const { location, kind, media } = readLocation(settings, new Date());
  const knownKey = memory.repositories[location] ?? null;
  const tested = testedRepositoryOf(config, settings);
  const access = accessTo(settings, context);
  const hostname = os.hostname();
  return testFiles(
    {
      ...asked,
      testKey: asked.requestId ?? testKeyOf(location),
      tool: settings.tool,
      location,
      repositoryKey: knownKey ?? unreadKey(settings.tool, { location, kind, media }, hostname),
      limits: config.restore_tests,
      scratchRoot: scratchRootOf(config.restore_tests.scratch, places.stateDir),
      rtoSeconds: asked.rtoSeconds ?? rtoOf(tested),
      redact: access.redact,
      knownStreams: streamsOf(settings, Object.values(memory.jobs), knownKey),
      manifestFile: tested.manifest ?? null,
      script: tested.script ?? null,
      hostname,
    },
    toolFor(settings, access, knownKey, hostname),
  );
}

function toolFor(
  settings: RestorableRepository,
  access: RepositoryAccess,
  knownKey: string | null,
  hostname: string,
): RestoreTool {
  const restore = settings.tool === 'borg' ? borgRestore : resticRestore;
  return restore(access, knownKey, hostname);
}

function accessTo(settings: RestorableRepository, { config, env, places }: Context): RepositoryAccess {
  return settings.tool === 'borg'
    ? borgAccess(config.borg, settings, config.limits, env, path.join(places.stateDir, 'borg'))
    : resticAccess(config.restic, settings, config.limits, env);
}

function rtoOf({ rto_minutes: minutes }: TestedRepository): number | null {
  return minutes === undefined ? null : minutes * 60;
}

/** The streams by which the report names jobs, so that both name the same. */
function streamsOf(
  settings: RestorableRepository,
  learnt: readonly (JobStream & { repository_key: string })[],
  knownKey: string | null,
): JobStream[] {
  const configured = configuredStreams(settings.tool, settings.jobs, os.hostname());
  return distinctStreams([...configured, ...learnt.filter((job) => job.repository_key === knownKey)]);
}

/** Each test of its own; no two begin at the same place in the same millisecond, since one runs at a time. */
function testKeyOf(location: string): string {
  return createHash('sha256').update(`${location}\n${new Date().toISOString()}`).digest('hex').slice(0, 32);
}
