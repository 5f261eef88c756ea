import { newCloud, type CloudOrganization } from '@/api/kinds/clouds'
import { command } from '@/lib/quote'

export const FIELDS = {
  name: '/metadata/name', managementAccount: '/spec/aws/managementAccount', homeRegion: '/spec/aws/homeRegion',
  regions: '/spec/aws/regions', organizationalUnit: '/spec/aws/organizationalUnit', accountEmail: '/spec/aws/accountEmail',
  zone: '/spec/aws/parentZone/id', domain: '/spec/aws/parentZone/domain', partition: '/spec/aws/partition',
}
export const LABELS = {
  name: 'Name', managementAccount: 'Management account', homeRegion: 'Home region', regions: 'Regions',
  organizationalUnit: 'Organizational unit', accountEmail: 'Address of accounts', zone: 'Parent zone', domain: 'Domain', partition: 'Partition',
}
export type CloudValues = Record<keyof typeof FIELDS, string>

export const PARTITIONS = [
  { value: 'aws', label: 'aws: everybody’s' },
  { value: 'aws-cn', label: 'aws-cn: China' },
  { value: 'aws-us-gov', label: 'aws-us-gov: government of the United States' },
] as const

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '')

export function valuesOf(cloud: CloudOrganization | undefined): CloudValues {
  const aws = cloud?.spec.aws
  return {
    name: cloud?.metadata.name ?? '', managementAccount: aws?.managementAccount ?? '', homeRegion: aws?.homeRegion ?? '',
    regions: aws?.regions.join(', ') ?? '', organizationalUnit: aws?.organizationalUnit ?? '', accountEmail: aws?.accountEmail ?? '',
    zone: aws?.parentZone?.id ?? '', domain: aws?.parentZone?.domain ?? '', partition: aws?.partition ?? 'aws',
  }
}

/** The object that a form says. Regions that are not named are the home region. */
export function cloudOf(values: CloudValues, before: CloudOrganization | undefined): CloudOrganization {
  const homeRegion = values.homeRegion.trim()
  const regions = words(values.regions)
  const [id, domain] = [values.zone.trim(), values.domain.trim()]
  const spec: CloudOrganization['spec'] = {
    provider: 'aws',
    aws: {
      partition: values.partition as 'aws',
      managementAccount: values.managementAccount.trim(),
      homeRegion,
      regions: regions.length > 0 ? regions : [homeRegion].filter(Boolean),
      organizationalUnit: values.organizationalUnit.trim(),
      accountEmail: values.accountEmail.trim(),
      ...((id || domain) && { parentZone: { id, domain } }),
    },
    ...(before?.spec.paused && { paused: true }),
  }
  return newCloud(before?.metadata.name ?? values.name.trim(), spec)
}

/** The command line that says it. */
export function cloudCommand({ metadata, spec }: CloudOrganization, before: CloudOrganization | undefined): string {
  const aws = spec.aws
  return command(
    before ? ['kore', 'cloud', 'edit'] : ['kore', 'cloud', 'add', 'aws'],
    metadata.name || 'NAME',
    ['--management-account', before ? '' : aws?.managementAccount],
    ['--region', aws?.homeRegion],
    ['--regions', aws?.regions.join(',')],
    ['--organizational-unit', aws?.organizationalUnit],
    ['--account-email', aws?.accountEmail],
    ['--parent-zone', aws?.parentZone && `${aws.parentZone.id}:${aws.parentZone.domain}`],
    ['--partition', before || aws?.partition === 'aws' ? '' : aws?.partition],
  )
}
