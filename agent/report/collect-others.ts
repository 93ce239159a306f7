import { z } from 'zod';
import { collectBacula } from '@/agent/collectors/bacula/collect-bacula';
import { collectExec } from '@/agent/collectors/exec/collect-exec';
import { collectWsb } from '@/agent/collectors/windows-server-backup/collect-wsb';
import { baculaCatalogueOf, stanzaOf, WSB_DEFAULTS, type AgentConfig } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { mergeCollections, type Collection } from '@/agent/report/collection';
import type { Memory } from '@/agent/state/memory';

/** Tools that are asked once for all that they keep, not repository by repository. */
export const otherTool = z.enum(['pgbackrest', 'bacula', 'exec', 'windows-server-backup']);
export type OtherTool = z.output<typeof otherTool>;

/** What the reading of each is made from; `docs/agent.md` says the same. */
export const OTHER_READINGS: Readonly<Record<OtherTool, string>> = {
  pgbackrest: 'a stanza; from real output of 2.45 and 2.55',
  bacula: 'a catalogue of Bacula (from real output of 9.6.7) or Bareos (from documentation)',
  exec: 'the name of a program of your own in the configuration',
  'windows-server-backup': 'left out; from documentation',
};

export type OtherSettings = Pick<
  AgentConfig,
  'bacula_catalogs' | 'exec_collectors' | 'windows_server_backup' | 'limits'
>;

export interface OtherRequest {
  config: OtherSettings;
  env: Environment;
  memory: Pick<Memory, 'repositories'>;
  now: Date;
}

export interface CollectedOthers {
  collection: Collection;
  learnt: Pick<Memory, 'repositories'>;
}

/** Reads what the configuration names of all of them but pgBackRest, whose stanzas are read for restore tests too. */
export async function collectOthers({ config, ...request }: OtherRequest): Promise<CollectedOthers> {
  const { limits, windows_server_backup: settings } = config;
  const all = [
    await collectBacula({ ...request, limits, catalogues: config.bacula_catalogs }),
    await collectExec({ ...request, collectors: config.exec_collectors }),
    ...(settings ? [await collectWsb({ ...request, limits, settings })] : []),
  ];
  return {
    collection: mergeCollections(all.map(({ collection }) => collection)),
    learnt: {
      repositories: Object.assign(
        {},
        ...all.map(({ learnt }) => learnt.repositories),
      ) as Memory['repositories'],
    },
  };
}

/** Whether the configuration names anything that `collectOthers` reads. */
export const hasOthers = (config: OtherSettings): boolean =>
  config.bacula_catalogs.length + config.exec_collectors.length > 0 ||
  config.windows_server_backup !== undefined;

/**
 * The configuration as if it named nothing but what `--tool` and `--repo` say: what it names by that, or the place itself.
 * @returns a sentence when there is nothing to read
 */
export function onlyOther(
  config: AgentConfig,
  tool: OtherTool,
  repo: string | undefined,
): AgentConfig | string {
  const none: AgentConfig = {
    ...config,
    bacula_catalogs: [],
    exec_collectors: [],
    windows_server_backup: undefined,
    restore_tests: { ...config.restore_tests, postgres: [] },
  };
  switch (tool) {
    case 'pgbackrest': {
      const known = config.restore_tests.postgres.filter((one) => repo === undefined || one.stanza === repo);
      const given =
        known.length > 0 || repo === undefined ? known : [stanzaOf(repo)].filter((one) => one !== null);
      if (given.length === 0) return `--repo must be the name of a stanza`;
      return { ...none, restore_tests: { ...none.restore_tests, postgres: given } };
    }
    case 'bacula': {
      const known = config.bacula_catalogs.filter(
        (one) => repo === undefined || [one.name, one.sqlite ?? one.database].includes(repo),
      );
      const given = known.length > 0 || repo === undefined ? known : [baculaCatalogueOf(repo)];
      if (given.length === 0) return '--repo must be the file or the database of a catalogue';
      return { ...none, bacula_catalogs: given };
    }
    case 'exec': {
      const known = config.exec_collectors.filter((one) => repo === undefined || one.name === repo);
      if (known.length === 0) return '--repo must be the name of one of exec_collectors in the configuration';
      return { ...none, exec_collectors: known };
    }
    case 'windows-server-backup':
      if (repo !== undefined) return 'there is one on a machine: leave out --repo';
      return { ...none, windows_server_backup: config.windows_server_backup ?? WSB_DEFAULTS };
  }
}
