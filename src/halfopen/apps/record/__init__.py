"""The decision record: advice as data, as a page and as a halfopen.yaml, and what has moved since an older one."""
