/** Jobs of the history that are read: of those before, nothing is known. */
const JOBS_MAX = 100;

/**
 * What PowerShell is asked: three cmdlets that only read, and one JSON document. From documentation (Get-WBSummary, Get-WBBackupSet,
 * Get-WBJob of the module WindowsServerBackup). Times are made UTC and written without the calendar of the machine; HRESULTs are taken as
 * text, since they come unsigned from one cmdlet and may come signed from another.
 */
const SCRIPT = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
function At($time) {
  if ($null -eq $time -or $time.Year -lt 1980) { return $null }
  $time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}
$summary = Get-WBSummary
$sets = @(Get-WBBackupSet | ForEach-Object {
  [ordered]@{
    VersionId = [string]$_.VersionId
    BackupTime = At $_.BackupTime
    TargetType = [string]$_.BackupTarget.TargetType
    TargetLabel = [string]$_.BackupTarget.Label
    TargetPath = [string]$_.BackupTarget.Path
    RecoverableItems = [string]$_.RecoverableItems
    Volumes = @($_.Volume | Where-Object { $_ } | ForEach-Object { [string]$_.MountPath })
  }
})
$jobs = @(Get-WBJob -Previous ${JOBS_MAX} | ForEach-Object {
  [ordered]@{
    JobType = [string]$_.JobType
    JobState = [string]$_.JobState
    StartTime = At $_.StartTime
    EndTime = At $_.EndTime
    VersionId = [string]$_.VersionId
    HResult = [string]$_.HResult
    DetailedHResult = [string]$_.DetailedHResult
    ErrorDescription = [string]$_.ErrorDescription
  }
})
[ordered]@{
  NumberOfVersions = [int]$summary.NumberOfVersions
  LastBackupTime = At $summary.LastBackupTime
  LastSuccessfulBackupTime = At $summary.LastSuccessfulBackupTime
  LastBackupResultHR = [string]$summary.LastBackupResultHR
  LastBackupResultDetailedHR = [string]$summary.LastBackupResultDetailedHR
  Sets = $sets
  Jobs = $jobs
} | ConvertTo-Json -Depth 4 -Compress
`;

/** Nothing of the configuration stands in the script, and none of it is quoted for a command line. */
export const POWERSHELL_ARGUMENTS: readonly string[] = [
  '-NoLogo',
  '-NoProfile',
  '-NonInteractive',
  '-OutputFormat',
  'Text',
  '-EncodedCommand',
  Buffer.from(SCRIPT, 'utf16le').toString('base64'),
];
