import type { InboundParser } from './inbound-report';
import { acronis } from './products/acronis';
import { altaro } from './products/altaro';
import { backupExec } from './products/backup-exec';
import { bacula, bareos } from './products/bacula';
import { cove } from './products/cove';
import { csvReport } from './products/csv-report';
import { datto } from './products/datto';
import type { InboundWebhook } from './inbound-webhook';
import { databasus } from './products/databasus';
import { duplicati } from './products/duplicati';
import { duplicatiJson } from './products/duplicati-json';
import { kopia } from './products/kopia';
import { macrium } from './products/macrium';
import { msp360 } from './products/msp360';
import { nakivo } from './products/nakivo';
import { plainJson } from './products/plain-json';
import { proxmoxBackupServer } from './products/proxmox-backup-server';
import { proxmoxTask } from './products/proxmox-task';
import { proxmoxWebhook } from './products/proxmox-webhook';
import { proxmoxVzdump } from './products/proxmox-vzdump';
import { push } from './products/push';
import { qnap } from './products/qnap';
import { synologyActiveBackup, synologyHyperBackup } from './products/synology';
import { synologyWebhook } from './products/synology-webhook';
import { urbackup } from './products/urbackup';
import { veeam } from './products/veeam';
import { veeamSession } from './products/veeam-session';
import { windowsServerBackup } from './products/windows-server-backup';
import { zerobyte } from './products/zerobyte';

/** Every product whose texts are read, from mails and from webhooks that send a text. */
export const PARSERS: readonly InboundParser[] = [
  acronis,
  altaro,
  backupExec,
  bacula,
  bareos,
  cove,
  csvReport,
  datto,
  duplicati,
  kopia,
  macrium,
  msp360,
  nakivo,
  proxmoxBackupServer,
  proxmoxVzdump,
  qnap,
  synologyActiveBackup,
  synologyHyperBackup,
  urbackup,
  veeam,
  windowsServerBackup,
];

/** Every product whose JSON is read. */
export const WEBHOOKS: readonly InboundWebhook[] = [
  databasus,
  duplicatiJson,
  plainJson,
  proxmoxTask,
  proxmoxWebhook,
  push,
  synologyWebhook,
  veeamSession,
  zerobyte,
];
