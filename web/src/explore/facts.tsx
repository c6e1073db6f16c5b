import type { MediaDetail, MediaPreview, VqlItem } from '@belfry/client'
import { Badge, Button, Group, Progress, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTags } from '../filters/vocabulary.ts'
import { figure, percentText } from '../shared/count.ts'
import { bytesText } from '../upload/bytes.ts'
import classes from './details.module.css'
import { clockText } from './video-time.ts'

interface FactsProps {
  datasetId: string
  item: MediaPreview
  detail: MediaDetail | undefined
  onFilter: (item: VqlItem) => void
}

const issueWords: Record<string, string> = {
  blur: 'Blurred',
  dark: 'Dark',
  bright: 'Bright',
  normal: 'Without an issue',
  duplicates: 'Duplicate',
  outliers: 'Outlier',
  mislabels: 'Mislabelled',
  label_outlier: 'Outlier of its label',
}

export function Facts({ datasetId, item, detail, onFilter }: FactsProps) {
  const tags = useTags(datasetId)
  const issues = Object.entries(detail?.issues ?? {}).filter(
    (issue): issue is [string, number] => issue[1] !== null,
  )
  const metadata = Object.entries(detail?.metadata ?? {})
  const tagNames = detail?.user_tags.map(id => tags.find(tag => tag.id === id)?.name ?? '') ?? []
  return (
    <Stack gap="md" mt="md">
      <div>
        {item.caption && <Text className="name">{item.caption}</Text>}
        <Text size="sm" c="dimmed" className="name">
          {item.original_uri}
        </Text>
      </div>
      {item.labels.length > 0 && (
        <Section title="Labels">
          <Group gap={6}>
            {item.labels.map(label => (
              <Button
                key={label}
                variant="light"
                size="compact-sm"
                radius="xl"
                title="Filter by this label"
                maw="100%"
                onClick={() => onFilter({ labels: { op: 'one_of', value: [label] } })}
              >
                {label}
              </Button>
            ))}
          </Group>
        </Section>
      )}
      {tagNames.length > 0 && (
        <Section title="Tags">
          <Group gap={6}>
            {tagNames.map(name => (
              <Badge key={name} variant="default" tt="none" size="lg" fw={500}>
                {name}
              </Badge>
            ))}
          </Group>
        </Section>
      )}
      {issues.length > 0 && (
        <Section title="Quality">
          <Stack gap={6}>
            {issues.map(([issue, confidence]) => (
              <div key={issue}>
                <Group justify="space-between">
                  <Text size="sm">{issueWords[issue] ?? issue.replaceAll('_', ' ')}</Text>
                  <Text size="sm" c="dimmed" className="figures">
                    {percentText(confidence)}
                  </Text>
                </Group>
                <Progress
                  value={confidence * 100}
                  size={5}
                  color={issue === 'normal' ? 'verdigris' : 'amber'}
                  aria-label={`${issueWords[issue] ?? issue}: confidence`}
                />
              </div>
            ))}
          </Stack>
        </Section>
      )}
      {metadata.length > 0 && (
        <Section title="Metadata">
          <dl className={classes.facts}>
            {metadata.map(([name, value]) => (
              <Fact key={name} name={name}>
                {typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)}
              </Fact>
            ))}
          </dl>
        </Section>
      )}
      {detail && (
        <Section title="File">
          <dl className={classes.facts}>
            {item.frame_timestamp !== null && (
              <Fact name="In the video at">{clockText(item.frame_timestamp)}</Fact>
            )}
            {detail.folder && <Fact name="Folder">{detail.folder}</Fact>}
            {detail.width !== null && detail.height !== null && (
              <Fact name="Size">
                {figure(detail.width)} × {figure(detail.height)}
                {detail.bytes !== null && ` · ${bytesText(detail.bytes)}`}
              </Fact>
            )}
            {detail.format && <Fact name="Format">{detail.format.toUpperCase()}</Fact>}
            {detail.objects.length > 0 && <Fact name="Objects">{figure(detail.objects.length)}</Fact>}
          </dl>
        </Section>
      )}
    </Stack>
  )
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section>
    <Title order={2} size="h6" mb={6}>
      {title}
    </Title>
    {children}
  </section>
)

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="name">{name}</dt>
    <dd className="name figures">{children}</dd>
  </>
)
