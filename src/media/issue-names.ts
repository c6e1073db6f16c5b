// A file of its own, without imports: threads that read filters would load the models, and sharp, with it.

export const issueNames = [
  'mislabels',
  'outliers',
  'duplicates',
  'blur',
  'dark',
  'bright',
  'normal',
  'label_outlier',
] as const
