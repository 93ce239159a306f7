import { z } from 'zod';
import type { ReportedRepository } from '@/contract/report';
import type { Environment } from '@/agent/places';
import { runProgram } from '@/agent/tools/run-program';

type Media = NonNullable<ReportedRepository['media']>;

const TIME_LIMIT_SECONDS = 10;

const mounts = z.object({
  filesystems: z.array(z.object({ target: z.string(), source: z.string(), fstype: z.string() })).min(1),
});
export type Mount = z.output<typeof mounts>['filesystems'][number];

interface BlockDevice {
  type: string;
  tran: string | null;
  rm: boolean;
  hotplug: boolean;
  children?: BlockDevice[] | undefined;
}
// Old versions of lsblk write "1" for true.
const yesNo = z.union([z.boolean(), z.enum(['0', '1']).transform((text) => text === '1')]);
const blockDevice: z.ZodType<BlockDevice> = z.object({
  type: z.string(),
  tran: z.string().nullable(),
  rm: yesNo,
  hotplug: yesNo,
  get children() {
    return z.array(blockDevice).optional();
  },
});
const blockDevices = z.object({ blockdevices: z.array(blockDevice).min(1) });

/** What a folder lies on, as far as the system says for sure; `mount` null: not even the mount is known. */
export interface LocalDevice {
  mount: Mount | null;
  media: Media | null;
}

/** Asks findmnt and lsblk about a folder of this machine. Where they are not there, nothing is known. */
export async function probeLocalDevice(
  folder: string,
  env: Environment,
  observedAt: Date,
): Promise<LocalDevice> {
  const mount = readMount(await ask('findmnt', ['-J', '-T', folder, '-o', 'TARGET,SOURCE,FSTYPE'], env));
  if (!mount) return { mount: null, media: null };
  const device = mount.source.replace(/\[.*\]$/, '');
  const disks = device.startsWith('/dev/')
    ? readDisks(await ask('lsblk', ['-J', '-s', '-o', 'NAME,TYPE,TRAN,RM,HOTPLUG', device], env))
    : [];
  return { mount, media: mediaOf(mount, disks, observedAt) };
}

export function readMount(stdout: string): Mount | null {
  return readJson(mounts, stdout)?.filesystems.at(-1) ?? null;
}

/** The disks below a device: partitions, RAID, encryption and volumes lie between. */
export function readDisks(stdout: string): BlockDevice[] {
  const disksBelow = (one: BlockDevice): BlockDevice[] =>
    one.children?.length ? one.children.flatMap(disksBelow) : [one];
  return readJson(blockDevices, stdout)?.blockdevices.flatMap(disksBelow) ?? [];
}

/**
 * The medium, only where the system is sure: a network file system may be anybody's, so it is inferred; a virtual disk has no
 * transport and tells nothing.
 */
export function mediaOf(mount: Mount, disks: readonly BlockDevice[], observedAt: Date): Media | null {
  const found = (value: Media['value'], source: Media['source'], evidence: string): Media => ({
    value,
    source,
    evidence: evidence.slice(0, 500),
    observed_at: observedAt.toISOString(),
  });
  if (NETWORK.test(mount.fstype)) return found('nas', 'inferred', `findmnt fstype=${mount.fstype}`);
  if (disks.length === 0) return null;
  const evidence = `lsblk ${disks.map(described).join('; ')}`;
  if (disks.every(isRemovable)) return found('removable_disk', 'probed', evidence);
  return disks.every(isBuiltIn) ? found('internal_disk', 'probed', evidence) : null;
}

const NETWORK = /^(?:nfs4?|cifs|smb3|smbfs)$/;

/** Gone at the next start, or a layer of a container. */
export function isVolatile({ fstype }: Mount): boolean {
  return /^(?:tmpfs|ramfs|overlay)$/.test(fstype);
}

const isRemovable = ({ type, tran, rm, hotplug }: BlockDevice): boolean =>
  type === 'disk' && (tran === 'usb' || rm || hotplug);
const isBuiltIn = ({ type, tran, rm, hotplug }: BlockDevice): boolean =>
  type === 'disk' && !rm && !hotplug && ['sata', 'ata', 'sas', 'nvme', 'mmc'].includes(tran ?? '');

function described({ tran, rm, hotplug }: BlockDevice): string {
  return `tran=${tran ?? '-'} rm=${Number(rm)} hotplug=${Number(hotplug)}`;
}

async function ask(program: string, args: readonly string[], env: Environment): Promise<string> {
  const outcome = await runProgram({
    program,
    args,
    env: { PATH: env['PATH'], LC_ALL: 'C.UTF-8' },
    timeLimitSeconds: TIME_LIMIT_SECONDS,
  });
  return outcome.exitCode === 0 ? outcome.stdout : '';
}

function readJson<T extends z.ZodType>(schema: T, text: string): z.output<T> | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
