/* What this kernel can do, one name=value line a feature, for the doctor command. */
#ifndef OPENSHELL_PROBE_H
#define OPENSHELL_PROBE_H

int probe_run(void);

#endif
