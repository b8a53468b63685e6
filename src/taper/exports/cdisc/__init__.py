"""Plans and what was taken as CDISC datasets: SDTM's EC, EX and CM, and a summary for ADaM. Pure.

A dataset is made once and written as Dataset-JSON 1.1 or a SAS transport file; define.xml 2.1 says
what is in it. `docs/cdisc.md` says what a reader does with them, and what is not claimed.
"""
